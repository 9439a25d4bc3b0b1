package dev.gatehouse.core.artifact;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/** Finds or makes the directory of a vault, and refuses one that others could reach into. */
final class VaultRoot {
  private VaultRoot() {}

  /** Makes it where there is none. */
  static Directory open(Path asked) throws IOException {
    Path root = path(asked);
    Path parent = Objects.requireNonNull(root.getParent());
    try {
      Files.createDirectory(root, Directory.DIRECTORY_0700);
      Directory.sync(parent);
    } catch (FileAlreadyExistsException e) {
      check(asked, root);
    } catch (UnsupportedOperationException e) {
      throw refused(
          "no-permissions",
          asked,
          "a file system with POSIX permissions",
          Files.getFileStore(parent).type(),
          "choose a directory on a local POSIX file system");
    }
    return Directory.of(root);
  }

  /** The one that is there. */
  static Directory existing(Path asked) throws IOException {
    Path root = path(asked);
    check(asked, root);
    return Directory.of(root);
  }

  private static Path path(Path asked) throws IOException {
    Path absolute = asked.toAbsolutePath().normalize();
    Path above = absolute.getParent();
    Path name = absolute.getFileName();
    if (above == null || name == null || !Files.isDirectory(above)) {
      throw refused("no-parent", asked, "an existing parent", "none", "mkdir -p '" + above + "'");
    }
    return above.toRealPath().resolve(name);
  }

  private static void check(Path asked, Path root) throws IOException {
    if (Files.isSymbolicLink(root)) {
      throw refused(
          "link",
          asked,
          "a directory of its own",
          "a symbolic link to " + Files.readSymbolicLink(root),
          "name the directory itself: Vault.at(Path.of(\"" + root.toRealPath() + "\"))");
    }
    if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(
          "not-a-directory", asked, "a directory", "something else", "choose another name");
    }
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(root, LinkOption.NOFOLLOW_LINKS);
    if (mode.contains(PosixFilePermission.GROUP_WRITE)
        || mode.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw refused(
          "open-to-others",
          asked,
          "a directory that only its owner may write",
          PosixFilePermissions.toString(mode),
          "chmod go-w '" + root + "'");
    }
    if (!Files.isWritable(root)) {
      throw refused(
          "not-writable",
          asked,
          "a directory that this account may write",
          PosixFilePermissions.toString(mode) + " of " + Files.getOwner(root),
          "chown \"$(id -un)\" '" + root + "'");
    }
  }

  private static RuntimeException refused(
      String code, Path asked, String expected, String found, String fix) {
    return VaultRefusals.to("vault." + code, asked + " cannot be a vault", expected, found, fix);
  }
}
