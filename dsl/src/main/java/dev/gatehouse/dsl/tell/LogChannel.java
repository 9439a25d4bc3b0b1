package dev.gatehouse.dsl.tell;

import dev.gatehouse.core.journal.Occasion;
import dev.gatehouse.core.tell.Delivery;
import dev.gatehouse.core.tell.Notice;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of the program that holds the run: ERROR for what failed, is in doubt or was not undone,
 * WARN for what waits, INFO for the rest. Whether the host writes it anywhere is the host's; a
 * level that is switched off counts as told.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class LogChannel extends NamedChannel<LogChannel> {
  private static final Set<Occasion> WRONG =
      EnumSet.of(Occasion.FAILED, Occasion.NOT_UNDONE, Occasion.IN_DOUBT, Occasion.PANICKED);

  private final Logger log;

  private LogChannel(Logger log, Set<Occasion> occasions, String name) {
    super(name, occasions);
    this.log = log;
  }

  /**
   * By that logger, told of everything.
   *
   * @throws IllegalArgumentException when its name is blank
   */
  public static LogChannel named(String logger) {
    if (logger.isBlank()) {
      throw new IllegalArgumentException("name of the logger is blank");
    }
    return new LogChannel(LoggerFactory.getLogger(logger), EnumSet.allOf(Occasion.class), "log");
  }

  @Override
  LogChannel with(String newName, Set<Occasion> newOccasions) {
    return new LogChannel(log, newOccasions, newName);
  }

  /** The same under the name that the journal has for it; default {@code log}. */
  public LogChannel called(String newName) {
    return with(newName, occasions());
  }

  /** Each on one line: what a name holds cannot begin a line of its own. */
  @Override
  public Delivery deliver(List<Notice> notices) {
    for (Notice notice : notices) {
      String line = NoticeText.line(notice) + " [" + notice.id() + "]";
      if (notice.occasions().stream().anyMatch(WRONG::contains)) {
        log.error("{}", line);
      } else if (notice.occasions().contains(Occasion.WAITING)) {
        log.warn("{}", line);
      } else {
        log.info("{}", line);
      }
    }
    return Delivery.told();
  }

  @Override
  public String toString() {
    return name() + " (logger " + log.getName() + ")";
  }
}
