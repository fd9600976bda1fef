"""Raw → corpus: what people wrote becomes initiatives, interviews, speakers and turns."""
