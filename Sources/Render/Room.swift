// The front of this room.
