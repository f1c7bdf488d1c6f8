"""What is heard in free text: safety first, then commands, answers, feelings and habits of thought."""
