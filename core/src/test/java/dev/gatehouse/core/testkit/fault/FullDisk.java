package dev.gatehouse.core.testkit.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A disk that is full, without filling anybody's: a tmpfs of a few pages, for this process where it
 * may mount one (root), and for child processes of anybody in a user namespace of their own; and a
 * limit on the size of a child process's files.
 *
 * <p>They differ in what the writer sees: ENOSPC ("No space left on device") on a tmpfs, EFBIG
 * ("File too large") under the limit.
 */
public final class FullDisk implements AutoCloseable {
  private static final int PAGE = 4_096;

  private final Path directory;

  private FullDisk(Path directory) {
    this.directory = directory;
  }

  /**
   * Mounts a disk of so many bytes over that directory.
   *
   * @return empty where this process may not mount; say so loudly then, or use {@link #limited}
   */
  public static Optional<FullDisk> mount(Path directory, long bytes)
      throws IOException, InterruptedException {
    int code = run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", directory.toString());
    return code == 0 ? Optional.of(new FullDisk(directory)) : Optional.empty();
  }

  /**
   * The command, as a process for which a disk of so many bytes is mounted over that directory.
   * Nobody else sees it, and it ends with the process. Needs no root.
   *
   * @return empty where the system gives this user neither a namespace nor a mount; say so loudly
   */
  public static Optional<List<String>> mounted(Path directory, long bytes, List<String> command)
      throws IOException, InterruptedException {
    String mount = "mount -t tmpfs -o size=\"$1\" tmpfs \"$2\" && shift 2 && exec \"$@\"";
    for (String namespaces : List.of("-Urm", "-m")) {
      List<String> mounted = new ArrayList<>(List.of("unshare", namespaces, "sh", "-c", mount));
      mounted.addAll(List.of("sh", String.valueOf(bytes), directory.toString()));
      List<String> probe = new ArrayList<>(mounted);
      probe.add("true");
      if (run(probe.toArray(String[]::new)) == 0) {
        mounted.addAll(command);
        return Optional.of(mounted);
      }
    }
    return Optional.empty();
  }

  /**
   * The command, as a process of which no file grows beyond so many bytes (rounded down to 512).
   * Its write fails instead of the process being killed.
   */
  public static List<String> limited(long bytes, List<String> command) {
    List<String> limited = new ArrayList<>();
    limited.addAll(List.of("sh", "-c", "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"", "sh"));
    limited.add(String.valueOf(bytes / 512));
    limited.addAll(command);
    return limited;
  }

  /** The directory it is mounted over. */
  public Path directory() {
    return directory;
  }

  /** Bytes that still fit. */
  public long free() throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  /** Fills it with a file until no more than so many bytes, in whole pages, are free. */
  public Path fillBut(long free) throws IOException {
    Path ballast = Files.createTempFile(directory, "ballast", "");
    try (FileChannel channel = FileChannel.open(ballast, StandardOpenOption.WRITE)) {
      ByteBuffer page = ByteBuffer.allocate(PAGE);
      while (free() >= free + PAGE) {
        channel.write(page.clear());
      }
    }
    return ballast;
  }

  private static int run(String... command) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException noSuchProgram) {
      return 127;
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    return said.isEmpty() ? code : Math.max(code, 1);
  }

  @Override
  public void close() throws IOException {
    try {
      // lazily: a file that a failed test left open must not keep it mounted
      if (run("umount", "-l", directory.toString()) != 0) {
        throw new IOException("cannot unmount " + directory);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
