"""Recipe for Quern's starter model: text generator, tokenizer, training, export, evaluation."""
