package dev.gatehouse.dsl.words;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Names that steps get when nobody names them: their own words, short enough for one line. */
public final class Names {
  private static final int LONGEST = 72;

  private Names() {}

  /** The words as one line; cut where an outline would wrap. */
  public static String of(String words) {
    String line = words.strip().replaceAll("\\s+", " ");
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
    return duration.toString().substring(2).toLowerCase(Locale.ROOT);
  }

  public static <T> List<T> list(T first, T[] rest) {
    List<T> all = new ArrayList<>(rest.length + 1);
    all.add(first);
    all.addAll(List.of(rest));
    return List.copyOf(all);
  }
}
