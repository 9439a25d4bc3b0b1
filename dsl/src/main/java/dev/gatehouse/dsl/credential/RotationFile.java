package dev.gatehouse.dsl.credential;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.outcome.StepFailed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where old and new password wait until a rotation has ended: whoever crashed goes on with these,
 * and no journal has to know them.
 *
 * @param head what it is about: target and account; another rotation's file is refused
 */
record RotationFile(Path path, String head) {

  /** Both passwords; wiped when closed. */
  record Kept(Secret old, Secret fresh) implements AutoCloseable {
    @Override
    public void close() {
      old.close();
      fresh.close();
    }
  }

  /**
   * Empty when no rotation is under way.
   *
   * @throws Refusal when it is not the file of this rotation
   */
  Optional<Kept> read() throws IOException {
    Optional<char[]> text = new PrivateText(path).read();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    List<char[]> lines = lines(text.get());
    Arrays.fill(text.get(), '\0');
    try {
      if (lines.size() != 3 || !Arrays.equals(lines.get(0), head.toCharArray())) {
        throw new Refusal(
            Finding.of("rotation.other", path + " does not belong to this rotation")
                .withExpected(head)
                .withFix("let the rotation end that began it, or look into it and remove it"));
      }
      return Optional.of(
          new Kept(
              Secret.of("old password", lines.get(1)), Secret.of("new password", lines.get(2))));
    } finally {
      lines.forEach(line -> Arrays.fill(line, '\0'));
    }
  }

  /** Both that wait in that file, whatever it is about; none when there is no such file. */
  static List<Secret> both(Path path) throws IOException {
    Optional<char[]> text = new PrivateText(path).read();
    if (text.isEmpty()) {
      return List.of();
    }
    List<char[]> lines = lines(text.get());
    Arrays.fill(text.get(), '\0');
    return lines.size() != 3
        ? List.of()
        : List.of(Secret.of("new password", lines.get(2)), Secret.of("old password", lines.get(1)));
  }

  /** What must be there while a rotation is under way. */
  Kept required() throws IOException {
    return read()
        .orElseThrow(
            () ->
                new StepFailed(
                    Finding.of("rotation.lost", "old and new password are not there any more")
                        .withExpected("both in " + path + " until the rotation has ended")
                        .withFix("bring the file back, or set a password by hand")));
  }

  private static List<char[]> lines(char[] text) {
    List<char[]> lines = new ArrayList<>();
    int from = 0;
    for (int at = 0; at < text.length; at++) {
      if (text[at] == '\n') {
        lines.add(Arrays.copyOfRange(text, from, at));
        from = at + 1;
      }
    }
    return lines;
  }

  void write(Secret old, Secret fresh) throws IOException {
    char[] text =
        old.reveal(
            first ->
                fresh.reveal(
                    second -> {
                      char[] all = Arrays.copyOf(head.toCharArray(), length(first, second));
                      int at = head.length();
                      all[at++] = '\n';
                      System.arraycopy(first, 0, all, at, first.length);
                      at += first.length;
                      all[at++] = '\n';
                      System.arraycopy(second, 0, all, at, second.length);
                      all[at + second.length] = '\n';
                      return all;
                    }));
    new PrivateText(path).write(text);
  }

  private int length(char[] first, char[] second) {
    return head.length() + first.length + second.length + 3;
  }

  void delete() throws IOException {
    new PrivateText(path).delete();
  }

  boolean exists() throws IOException {
    Optional<Kept> kept = read();
    kept.ifPresent(Kept::close);
    return kept.isPresent();
  }
}
