package dev.gatehouse.postgres.access;

/** What one query told of is unknown to the next: it was made or dropped in between. */
final class Vanished extends RuntimeException {
  Vanished(String what) {
    super(what + " was made or dropped while the catalogue was read");
  }
}
