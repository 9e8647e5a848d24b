"""Which of two answers is better, without knowing who wrote them."""
