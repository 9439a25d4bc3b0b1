package dev.gatehouse.dsl.words;

import dev.gatehouse.core.outcome.Lasting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Names that steps get when nobody names them: their own words. */
public final class Names {
  private static final int LONGEST = 72;

  private Names() {}

  /** The words as one line, whole. */
  public static String of(String words) {
    return words.strip().replaceAll("\\s+", " ");
  }

  /**
   * The words as one line, cut where SQL, or a command, would make a name of many lines: the whole
   * of it is in the plan.
   */
  public static String ofSql(String words) {
    String line = of(words);
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 3).strip() + "...";
  }

  public static String checked(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name of a step is blank: name it as the checklist does");
    }
    return name;
  }

  /** Such as 15m or 1h30m. */
  public static String print(Duration duration) {
    return Lasting.of(duration);
  }

  public static <T> List<T> list(T first, T[] rest) {
    List<T> all = new ArrayList<>(rest.length + 1);
    all.add(first);
    all.addAll(List.of(rest));
    return List.copyOf(all);
  }
}
