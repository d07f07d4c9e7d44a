"""Zhibu (支部): the work platform of grassroots Party organisations."""
