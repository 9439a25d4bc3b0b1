package dev.gatehouse.dsl.credential;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of mode 0600 that is the password, or has it as the value of a variable. All else in it
 * stays as it is.
 *
 * @param variable as in {@code DB_PASSWORD=...}; empty when the file holds nothing else
 */
record SecretFile(Path file, Optional<String> variable) implements SecretSink {
  private static final String CODE = "rotation.sink";

  /** Where the value stands in the text. */
  private record Place(int from, int to) {}

  @Override
  public List<String> plan() throws IOException {
    Optional<char[]> text = new PrivateText(file).read();
    if (text.isPresent()) {
      place(text.get());
      Arrays.fill(text.get(), '\0');
    } else if (variable.isPresent() || !Files.isDirectory(directory())) {
      throw refused("there is no file " + file, "touch it with mode 0600, or correct its name");
    }
    return List.of("kept in " + this + ", replaced by one rename, mode 0600");
  }

  private Path directory() {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file : parent;
  }

  @Override
  public void store(Secret secret) throws IOException {
    PrivateText whole = new PrivateText(file);
    whole.write(with(whole.read().orElse(new char[0]), secret));
  }

  /** That text with that value; the one before is wiped. */
  char[] with(char[] before, Secret secret) {
    Place value = place(before);
    char[] after = secret.reveal(fresh -> joined(before, value, fresh));
    Arrays.fill(before, '\0');
    return after;
  }

  private static char[] joined(char[] text, Place value, char[] fresh) {
    char[] after = new char[value.from + fresh.length + text.length - value.to];
    System.arraycopy(text, 0, after, 0, value.from);
    System.arraycopy(fresh, 0, after, value.from, fresh.length);
    System.arraycopy(text, value.to, after, value.from + fresh.length, text.length - value.to);
    return after;
  }

  @Override
  public Optional<Secret> current() throws IOException {
    Optional<char[]> text = new PrivateText(file).read();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Place value = place(text.get());
    int from = value.from;
    int to = value.to;
    char[] all = text.get();
    char first = from < to ? all[from] : ' ';
    if (variable.isPresent() && (first == '"' || first == '\'')) {
      boolean ended = to - from > 1 && all[to - 1] == first;
      from++;
      to = ended ? to - 1 : to;
      requirePlain(all, from, to, ended);
    }
    char[] found = Arrays.copyOfRange(all, from, to);
    Arrays.fill(all, '\0');
    try {
      return found.length == 0
          ? Optional.empty()
          : Optional.of(Secret.of("password in " + file.getFileName(), found));
    } finally {
      Arrays.fill(found, '\0');
    }
  }

  /** What readers of such files do with these is not the same for all of them. */
  private void requirePlain(char[] text, int from, int to, boolean ended) {
    boolean plain = ended;
    for (int at = from; at < to; at++) {
      plain &= text[at] != '\\' && text[at] != '$' && text[at] != '"' && text[at] != '\'';
    }
    if (!plain) {
      throw refused(
          "the value of " + variable.orElse("") + " is quoted in a way that is not read alike",
          "say the old password: replacing(secret)");
    }
  }

  private Place place(char[] text) {
    if (variable.isEmpty()) {
      int end = text.length;
      while (end > 0 && (text[end - 1] == '\n' || text[end - 1] == '\r')) {
        end--;
      }
      return new Place(0, end);
    }
    Pattern line =
        Pattern.compile(
            "^[ \\t]*(?:export[ \\t]+)?" + Pattern.quote(variable.get()) + "=([^\\r\\n]*)",
            Pattern.MULTILINE);
    Matcher found = line.matcher(CharBuffer.wrap(text));
    if (!found.find()) {
      throw refused(
          "no line of " + file + " begins with " + variable.get() + "=",
          "correct envFile(file, \"NAME\")");
    }
    Place value = new Place(found.start(1), found.end(1));
    if (found.find()) {
      throw refused(
          "several lines of " + file + " begin with " + variable.get() + "=", "keep one of them");
    }
    return value;
  }

  private static Refusal refused(String headline, String fix) {
    return new Refusal(Finding.of(CODE, headline).withFix(fix));
  }

  @Override
  public Optional<Path> meanwhile() {
    return Optional.of(file.resolveSibling(file.getFileName() + ".rotation"));
  }

  @Override
  public String toString() {
    return variable.map(name -> name + " in " + file).orElse(file.toString());
  }
}
