package dev.gatehouse.core.testkit.fault;

import dev.gatehouse.core.testkit.CanaryScanner;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Hunts for a planted secret in what lies about: files, directories, and command lines and
 * environments of processes. What passes through a stream is for {@link ScannedStream}, what
 * processes show only for moments is for {@link ProcessWatch}.
 *
 * <p>Immutable and thread-safe. Processes need {@code /proc}, and to be of the same user or root.
 */
public final class CanaryHunt {
  private static final int WINDOW = 1 << 20;

  private final CanaryScanner scanner;

  public CanaryHunt(CanaryScanner scanner) {
    this.scanner = scanner;
  }

  /**
   * What is in a file, or in a directory and all below it: contents and names. Links are not
   * followed; where they lead is scanned as a name.
   *
   * @throws IOException when something cannot be read: what was not read is not clean
   */
  public List<Leak> in(Path place) throws IOException {
    List<Leak> leaks = new ArrayList<>();
    Files.walkFileTree(
        place,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes a) {
            name(directory, leaks);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            name(file, leaks);
            if (attributes.isSymbolicLink()) {
              String to = Files.readSymbolicLink(file).toString();
              scanner.leaks(to).forEach(form -> leaks.add(new Leak(file + " ->", form)));
            } else if (attributes.isRegularFile()) {
              leaks.addAll(content(file));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return leaks;
  }

  private void name(Path path, List<Leak> leaks) {
    String name = Optional.ofNullable(path.getFileName()).map(Path::toString).orElse("");
    scanner.leaks(name).forEach(form -> leaks.add(new Leak("name of " + path, form)));
  }

  private List<Leak> content(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
        ScannedStream scanned = new ScannedStream(file.toString(), scanner)) {
      for (byte[] window = in.readNBytes(WINDOW);
          window.length > 0;
          window = in.readNBytes(WINDOW)) {
        scanned.write(window);
      }
      return scanned.leaks();
    }
  }

  /** What the process and all below it show in their command lines and environments now. */
  public List<Leak> in(ProcessHandle root) {
    return Stream.concat(Stream.of(root), root.descendants())
        .flatMap(process -> in(process.pid()).stream())
        .toList();
  }

  /** What one process shows; nothing when it is gone. */
  List<Leak> in(long pid) {
    List<Leak> leaks = new ArrayList<>();
    for (String what : List.of("cmdline", "environ")) {
      byte[] shown = shown(pid, what);
      scanner.leaks(shown).forEach(form -> leaks.add(new Leak(what + " of process " + pid, form)));
    }
    return leaks;
  }

  /** What {@code /proc} shows of a process; empty when it is gone, or keeps it to itself. */
  static byte[] shown(long pid, String what) {
    try {
      return Files.readAllBytes(Path.of("/proc/" + pid + "/" + what));
    } catch (IOException gone) {
      return new byte[0];
    }
  }
}
