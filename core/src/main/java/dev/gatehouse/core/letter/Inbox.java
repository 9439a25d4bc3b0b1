package dev.gatehouse.core.letter;

import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Where letters to a run lie until it has read them: {@code RUN.journal.inbox} beside its journal,
 * mode 0700, one file each. What is no letter is told as what it is, and never opened.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class Inbox {

  /** Longest letter in bytes. */
  static final int LONGEST = 64 << 10;

  /** How many are read at a time, so that guards and stops come in between. */
  private static final int AT_ONCE = 128;

  private static final LinkOption AS_IT_IS = LinkOption.NOFOLLOW_LINKS;

  private final Path journal;
  private final Path directory;
  private final Set<String> looked = ConcurrentHashMap.newKeySet();
  private final Set<String> stuck = ConcurrentHashMap.newKeySet();

  private Inbox(Path journal) {
    this.journal = journal;
    this.directory = journal.resolveSibling(journal.getFileName() + ".inbox");
  }

  /** The box of that journal; it need not be there yet. */
  public static Inbox of(Path journal) {
    return new Inbox(journal.toAbsolutePath().normalize());
  }

  /** Puts a letter in: whole, or not at all. */
  void put(Letter letter, byte[] bytes) throws IOException {
    PrivateFiles.createDirectories(directory);
    requireDirectory();
    Path part = directory.resolve("." + letter.file());
    try {
      PrivateFiles.write(part, bytes);
    } catch (IOException full) {
      Files.deleteIfExists(part);
      if (!letter.kind().stops() || !room().take(part, bytes)) {
        throw full;
      }
    }
    Files.move(part, directory.resolve(letter.file()), StandardCopyOption.ATOMIC_MOVE);
    PrivateFiles.forceDirectory(directory);
  }

  /** Whether something is seen to lie in it; whether that can be seen, {@link #read} tells. */
  public boolean any() {
    try {
      return !names(name -> !stuck.contains(name)).isEmpty();
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /**
   * What lies in it; what stops a run first, then in order of their names.
   *
   * @return some of it, if there is very much
   */
  public List<Slip> read() {
    return slips(name -> !stuck.contains(name));
  }

  /** Those that stop the run, each only once; for whoever watches while the run is busy. */
  public List<Slip> stops() {
    return slips(name -> stops(name) && looked.add(name));
  }

  /** It is journaled, and need not lie here any longer. */
  public void done(Slip slip) {
    try {
      Files.deleteIfExists(slip.path());
      renewRoom(slip);
    } catch (IOException e) {
      stuck.add(slip.name());
    }
  }

  /** It does not count: kept in {@code refused} below, for whoever wants to see it. */
  public void setAside(Slip slip) {
    try {
      Path refused = directory.resolve("refused");
      PrivateFiles.createDirectories(refused);
      Files.move(slip.path(), refused.resolve(slip.name()), StandardCopyOption.REPLACE_EXISTING);
      renewRoom(slip);
    } catch (IOException e) {
      stuck.add(slip.name());
    }
  }

  private void renewRoom(Slip slip) {
    if (stops(slip.name())) {
      room().keep();
    }
  }

  /** What is kept in it for a letter that stops the run. */
  public Room room() {
    return new Room(journal, directory);
  }

  private static boolean stops(String name) {
    return name.startsWith("abort-") || name.startsWith("panic-") || name.startsWith("pause-");
  }

  private List<String> names(Predicate<String> wanted) {
    List<String> names = new ArrayList<>();
    if (!Files.exists(directory, AS_IT_IS)) {
      return names;
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(requireDirectory())) {
      for (Path one : all) {
        String name = String.valueOf(one.getFileName());
        if (!name.startsWith(".") && !name.equals("refused") && wanted.test(name)) {
          names.add(name);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (DirectoryIteratorException e) {
      throw new UncheckedIOException(e.getCause());
    }
    return names;
  }

  /** Behind a link there would be letters that somebody else puts in and takes out. */
  private Path requireDirectory() throws IOException {
    if (!Files.isDirectory(directory, AS_IT_IS)) {
      throw new NotDirectoryException(directory.toString());
    }
    return directory;
  }

  private List<Slip> slips(Predicate<String> wanted) {
    List<String> names = names(wanted);
    names.sort(Comparator.comparing((String name) -> !stops(name)).thenComparing(name -> name));
    List<Slip> slips = new ArrayList<>();
    for (String name : names.subList(0, Math.min(AT_ONCE, names.size()))) {
      try {
        slips.add(slip(directory.resolve(name)));
      } catch (NoSuchFileException gone) {
        // read by somebody else meanwhile
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return slips;
  }

  private Slip slip(Path path) throws IOException {
    String owner = owner(path);
    try {
      requirePlain(path, owner);
      Letter.Signed signed = Letter.read(bytes(path));
      String file = signed.letter().file();
      if (!file.equals(String.valueOf(path.getFileName()))) {
        throw Words.refused("name", "the letter has the name of another", file, name(path));
      }
      return Slip.of(path, owner, signed);
    } catch (Refusal problem) {
      return Slip.not(
          path,
          owner,
          Words.field(problem).startsWith("json")
              ? Words.refused(
                  "form", "it is no letter, or not all of one", "a letter", problem(problem))
              : problem);
    }
  }

  private static String problem(Refusal problem) {
    return problem.findings().get(0).found();
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  /** Before it is opened: a FIFO would keep whoever opens it waiting. */
  private void requirePlain(Path path, String owner) throws IOException {
    BasicFileAttributes is = Files.readAttributes(path, BasicFileAttributes.class, AS_IT_IS);
    if (!is.isRegularFile()) {
      String kind = is.isSymbolicLink() ? "a symbolic link" : is.isDirectory() ? "a directory" : "";
      throw Words.refused(
          "file", "no regular file", "a letter", kind.isEmpty() ? "a pipe or device" : kind);
    }
    if (is.size() > LONGEST) {
      throw Words.refused(
          "size", "too long for a letter", "at most " + LONGEST + " bytes", is.size() + " bytes");
    }
    PosixFileAttributeView box =
        Files.getFileAttributeView(directory, PosixFileAttributeView.class, AS_IT_IS);
    if (box == null) {
      return;
    }
    PosixFileAttributes of = box.readAttributes();
    String runner = owner(journal);
    if (!of.owner().getName().equals(runner) || writable(of.permissions())) {
      throw Words.refused(
          "inbox",
          "others may put letters into the inbox, or take them away",
          "a directory of " + runner + " with mode 0700",
          "one of " + of.owner().getName() + ": " + of.permissions());
    }
    if (!owner.equals(runner)) {
      throw Words.refused("owner", "the file belongs to another account", runner, owner);
    }
  }

  private static boolean writable(Set<PosixFilePermission> permissions) {
    return permissions.stream()
        .map(one -> one.name().toLowerCase(Locale.ROOT))
        .anyMatch(one -> one.endsWith("_write") && !one.startsWith("owner"));
  }

  private static String owner(Path path) throws IOException {
    PosixFileAttributeView posix =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, AS_IT_IS);
    return posix == null ? "" : posix.readAttributes().owner().getName();
  }

  /** Never more than a letter may hold, however much it grows meanwhile. */
  private static byte[] bytes(Path path) throws IOException {
    try (SeekableByteChannel channel =
            Files.newByteChannel(path, Set.of(StandardOpenOption.READ, AS_IT_IS));
        InputStream in = Channels.newInputStream(channel)) {
      return in.readNBytes(LONGEST + 1);
    }
  }
}
