"""The pages, as a person with a browser, a keyboard and a bad connection meets them."""
