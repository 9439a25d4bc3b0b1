package dev.gatehouse.core.artifact;

import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Copies the raw bytes of an artifact out of the vault and proves what it wrote. */
final class Unpacking {
  private Unpacking() {}

  static List<Path> into(Path directory, VaultScan shelf, VaultScan.Found found) {
    List<Path> copies = new ArrayList<>();
    try {
      Directory target = target(directory);
      boolean proven = false;
      try {
        for (StoredFile file : found.manifest().files()) {
          copy(target, file, shelf, found);
          copies.add(target.at(file.rawName()));
        }
        target.sync();
        proven = true;
      } finally {
        if (!proven) {
          // A part of a backup must not be taken for one.
          for (Path copy : copies) {
            target.delete(String.valueOf(copy.getFileName()));
          }
        }
      }
      return List.copyOf(copies);
    } catch (IOException e) {
      throw VaultRefusals.failed(
          "unpack.failed",
          "artifact " + found.manifest().id() + " could not be unpacked into " + directory,
          e.toString(),
          "make sure there are "
              + found.manifest().rawBytes()
              + " bytes of room: df '"
              + directory
              + "'");
    }
  }

  private static Directory target(Path directory) throws IOException {
    try {
      return Directory.of(directory.toAbsolutePath().normalize());
    } catch (FileSystemException e) {
      throw VaultRefusals.to(
          "unpack.no-directory",
          "there is nowhere to unpack to",
          "an existing directory that is no link",
          String.valueOf(e.getMessage()),
          "mkdir -p -m 700 '" + directory + "'");
    }
  }

  private static void copy(
      Directory target, StoredFile file, VaultScan shelf, VaultScan.Found found)
      throws IOException {
    boolean proven = false;
    String name = file.rawName();
    try (FileChannel copy = create(target, name)) {
      try {
        shelf.prove(found, file, (bytes, length) -> write(copy, ByteBuffer.wrap(bytes, 0, length)));
        copy.force(true);
        proven = true;
      } finally {
        if (!proven) {
          target.delete(name);
        }
      }
    }
  }

  private static FileChannel create(Directory target, String name) throws IOException {
    try {
      return target.create(name);
    } catch (FileAlreadyExistsException e) {
      throw existing(target.at(name));
    }
  }

  private static Refusal existing(Path file) {
    return VaultRefusals.to(
        "unpack.exists",
        "nothing is overwritten by unpacking",
        "no file " + file,
        "one that is already there",
        "unpack into an empty directory");
  }

  private static void write(FileChannel copy, ByteBuffer left) throws IOException {
    while (left.hasRemaining()) {
      copy.write(left);
    }
  }
}
