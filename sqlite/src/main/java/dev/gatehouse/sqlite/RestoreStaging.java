package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.sqlite.page.JournalMode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Lays a new database file beside the one it shall replace: its bytes, mode and owner, lasting. */
final class RestoreStaging {
  private static final long SLICE = 16L << 20;

  private final Path database;
  private final Path staged;

  RestoreStaging(Path database, Path staged) {
    this.database = database;
    this.staged = staged;
  }

  void stage(Path raw, Progress progress) throws IOException {
    refuseLinks(raw);
    refuseWithoutSpace(raw);
    copy(raw, progress);
    progress.reached("restore.staged");
    // A copy that asks for a write-ahead log would grow sidecars under its staged name.
    JournalMode.ROLLBACK.writeInto(staged);
    progress.reached("restore.header-written");
    keepOwner();
    Durable.sync(staged);
    progress.reached("restore.staged-synced");
  }

  private void copy(Path raw, Progress progress) throws IOException {
    PrivateFiles.create(staged);
    try (FileChannel from =
            FileChannel.open(raw, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        FileChannel to =
            FileChannel.open(staged, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      long size = from.size();
      for (long at = 0; at < size; ) {
        progress.continuing();
        long moved = from.transferTo(at, Math.min(SLICE, size - at), to);
        if (moved <= 0) {
          throw new IOException("'" + raw + "' became shorter while it was copied");
        }
        at += moved;
        progress.moved(at, size);
      }
    }
  }

  /** Who may read the old file, and nobody else, may read the new one. */
  private void keepOwner() throws IOException {
    @Nullable PosixFileAttributeView view =
        Files.getFileAttributeView(staged, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null) {
      return;
    }
    PosixFileAttributes old =
        Files.readAttributes(database, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    PosixFileAttributes now = view.readAttributes();
    try {
      if (!now.owner().equals(old.owner())) {
        view.setOwner(old.owner());
      }
      if (!now.group().equals(old.group())) {
        view.setGroup(old.group());
      }
    } catch (IOException e) {
      throw new Refusal(
          Finding.of("restore.owner", "the restored file could not be given to its owner")
              .withExpected("owner " + old.owner() + ", group " + old.group())
              .withFound("this process may not: " + e.getMessage())
              .withFix("run the restore as " + old.owner() + ", or as root"),
          e);
    }
    view.setPermissions(old.permissions());
  }

  private void refuseWithoutSpace(Path raw) throws IOException {
    long needed = Files.size(raw);
    long free = Files.getFileStore(Objects.requireNonNull(database.getParent())).getUsableSpace();
    if (free < needed) {
      throw new Refusal(
          Finding.of("sqlite.disk-space", "there is no room for the restored file")
              .withExpected(needed + " bytes beside '" + database + "'")
              .withFound(free + " bytes")
              .withFix("df -h '" + database.getParent() + "'"));
    }
  }

  private static void refuseLinks(Path raw) {
    if (!Files.isRegularFile(raw, LinkOption.NOFOLLOW_LINKS)) {
      throw DatabaseFile.refused(raw, "a link or no regular file", "unpack the artifact again");
    }
  }
}
