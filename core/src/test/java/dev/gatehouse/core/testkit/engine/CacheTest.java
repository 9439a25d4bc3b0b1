package dev.gatehouse.core.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands under a name that is easy to guess, in a directory everybody may write to. */
class CacheTest {
  @TempDir Path world = Path.of("");
  private final String name = Names.unique("cachetest");
  private final Path whole = Cache.runDirectory("beside").resolveSibling("../" + name).normalize();

  @AfterEach
  void remove() throws IOException {
    Cache.delete(whole);
    Files.deleteIfExists(whole.resolveSibling(name + ".lock"));
  }

  @Test
  void it_is_made_for_its_owner_to_write_and_for_servers_of_others_to_pass() throws IOException {
    Path made = Cache.trusted(world.resolve("cache"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
        .isEqualTo("rwxr-xr-x");
    assertThat(Cache.trusted(made)).isEqualTo(made);
  }

  @Test
  void a_link_somebody_put_there_is_not_followed() throws IOException {
    Path own = Files.createDirectory(world.resolve("own"));
    Path link = Files.createSymbolicLink(world.resolve("cache"), own);
    assertThatThrownBy(() -> Cache.trusted(link))
        .hasMessage(
            link
                + " is no directory: remove it, or use another directory by"
                + " -DargLine=-Djava.io.tmpdir=...");
    Path nowhere =
        Files.createSymbolicLink(world.resolve("dangling"), world.resolve("not-made-for-us"));
    assertThatThrownBy(() -> Cache.trusted(nowhere)).hasMessageContaining("is no directory");
    assertThat(world.resolve("not-made-for-us")).doesNotExist();
  }

  @Test
  void a_directory_of_somebody_else_is_refused() throws IOException {
    Path foreign = Path.of("/usr");
    if (OrdinaryUser.isRoot()) {
      foreign = Files.createDirectory(world.resolve("cache"));
      Files.setOwner(
          foreign,
          foreign.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
    }
    Path found = foreign;
    assertThatThrownBy(() -> Cache.trusted(found)).hasMessageContaining("belongs to somebody else");
  }

  @Test
  void a_directory_others_may_write_is_refused() throws IOException {
    for (String open : new String[] {"rwxrwxr-x", "rwxr-xrwx"}) {
      Path directory = Files.createDirectory(world.resolve(open));
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(open));
      assertThatThrownBy(() -> Cache.trusted(directory))
          .hasMessageContaining("may be written by others");
    }
  }

  @Test
  void what_a_killed_build_began_is_begun_again() throws IOException {
    Path begun = Files.createDirectory(whole.resolveSibling(name + ".begun"));
    Files.writeString(begun.resolve("half"), "of it");
    assertThat(Cache.directory(name, to -> write(to.resolve("all"), "of it"))).isEqualTo(whole);
    assertThat(whole.resolve("all")).exists();
    assertThat(whole.resolve("half")).doesNotExist();
  }

  @Test
  void a_fill_that_fails_leaves_nothing_and_says_how_much_room_there_is() {
    assertThatThrownBy(
            () ->
                Cache.directory(
                    name,
                    to -> {
                      write(to.resolve("half"), "of it");
                      throw new UncheckedIOException(new IOException("No space left on device"));
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            ".*/"
                + name
                + " could not be made, with \\d+ MB free there: .*No space left on device");
    assertThat(whole.resolveSibling(name + ".begun")).doesNotExist();
    assertThat(whole).doesNotExist();
  }

  @Test
  void another_build_that_never_ends_is_waited_for_so_long_and_named() throws IOException {
    Path file = whole.resolveSibling(name + ".lock");
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      assertThat(held.isValid()).isTrue();
      assertThatThrownBy(() -> Cache.locked(name, Duration.ofSeconds(1), () -> "got it"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("another build has held " + file + " for 1 s: see whether it still works");
    }
    assertThat(Cache.locked(name, Duration.ofSeconds(1), () -> "got it")).isEqualTo("got it");
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
