"""Speed, memory and quality of changetrack, each question in its own file; see README.md."""
