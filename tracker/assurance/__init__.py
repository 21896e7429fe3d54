"""Claims that wait for another body: read, assured or sent back, asked about, sampled; and what lapses by itself."""
