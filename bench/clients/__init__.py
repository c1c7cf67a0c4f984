"""What is compared: a module for each client, run in a process of its own."""
