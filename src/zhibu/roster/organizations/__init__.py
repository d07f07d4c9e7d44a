"""The tree of party organisations with its history, and their terms of office (支部工作条例、任期意见)."""
