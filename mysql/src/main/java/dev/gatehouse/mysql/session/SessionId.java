package dev.gatehouse.mysql.session;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One session of a server: the lock that nobody else can hold, and what it takes to end it.
 *
 * @param server which server it is of: on another one, the lock is free and proves nothing
 * @param connection its id, for KILL; ids come again after a restart, the lock does not
 */
record SessionId(String server, long connection, ServerLock lock) {
  private static final Pattern TEXT =
      Pattern.compile("server (\\S+) connection (\\d+) lock (\\S+)", Pattern.DOTALL);

  /** As {@link #toString} wrote it; empty when it was not written by this dialect. */
  static Optional<SessionId> parse(String text) {
    Matcher found = TEXT.matcher(text);
    return found.matches()
        ? ServerLock.ofSession(found.group(3))
            .map(lock -> new SessionId(found.group(1), Long.parseLong(found.group(2)), lock))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return "server %s connection %d lock %s".formatted(server, connection, lock.name());
  }
}
