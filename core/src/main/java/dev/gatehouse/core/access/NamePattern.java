package dev.gatehouse.core.access;

/**
 * A name in which {@code *} stands for any run of characters, and every other character for itself.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class NamePattern {
  private final String text;
  private final String[] parts;

  private NamePattern(String text) {
    this.text = text;
    this.parts = text.split("\\*", -1);
  }

  /**
   * The pattern of that text.
   *
   * @throws IllegalArgumentException when the pattern is blank
   */
  public static NamePattern of(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("pattern is blank");
    }
    return new NamePattern(text);
  }

  /** Whether it matches the whole name. */
  public boolean matches(String name) {
    if (parts.length == 1) {
      return name.equals(text);
    }
    String last = parts[parts.length - 1];
    int end = name.length() - last.length();
    if (end < parts[0].length() || !name.startsWith(parts[0]) || !name.endsWith(last)) {
      return false;
    }
    int at = parts[0].length();
    for (int i = 1; i < parts.length - 1; i++) {
      int found = name.indexOf(parts[i], at);
      if (found < 0 || found + parts[i].length() > end) {
        return false;
      }
      at = found + parts[i].length();
    }
    return true;
  }

  @Override
  public String toString() {
    return text;
  }
}
