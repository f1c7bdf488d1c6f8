"""What is heard in free text: danger first, then commands, answers, feelings and habits."""
