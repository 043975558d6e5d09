"""The world comes in: feeds found, polled, their entries stored, their articles read."""
