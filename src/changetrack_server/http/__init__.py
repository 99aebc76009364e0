"""HTTP around the routes, from the socket inwards: protocol, recording, access, bodies, lines."""
