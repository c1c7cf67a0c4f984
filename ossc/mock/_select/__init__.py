"""SelectObject: SQL over one CSV or JSON object, from its text to the answer's frames."""
