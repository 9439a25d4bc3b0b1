package dev.gatehouse.dsl.tell;

import dev.gatehouse.core.journal.Occasion;
import dev.gatehouse.core.tell.Channel;
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
public final class LogChannel implements Channel {
  private static final Set<Occasion> WRONG =
      EnumSet.of(Occasion.FAILED, Occasion.NOT_UNDONE, Occasion.IN_DOUBT, Occasion.PANICKED);

  private final Logger log;
  private final Set<Occasion> occasions;
  private final String name;

  private LogChannel(Logger log, Set<Occasion> occasions, String name) {
    this.log = log;
    this.occasions = occasions;
    this.name = name;
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

  /** The same, told of these only. */
  public LogChannel on(Occasion first, Occasion... rest) {
    return new LogChannel(log, EnumSet.of(first, rest), name);
  }

  /** The same under the name that the journal has for it; default {@code log}. */
  public LogChannel called(String newName) {
    return new LogChannel(log, occasions, newName);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Occasion> occasions() {
    return occasions;
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
    return name + " (logger " + log.getName() + ")";
  }
}
