"""``./zhibu demo --check``: the main job walked over HTTP, as somebody without scripts would."""
