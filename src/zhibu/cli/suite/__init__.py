"""What ``./zhibu test`` needs beside pytest: a database server and a browser of its own, one summary."""
