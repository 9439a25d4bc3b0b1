package dev.gatehouse.mysql.binlog;

import dev.gatehouse.core.dialect.ChangeLog.Position;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;

/** What is said of files that cannot be replayed as they are. */
final class LogRefusal {
  private LogRefusal() {}

  static Refusal damaged(Position at, String found) {
    return new Refusal(
        Finding.of("changes.damaged", "a file of the binary log is damaged at " + at)
            .withExpected("events whose length and CRC32 are right")
            .withFound(found)
            .withFix("copy " + at.file() + " again from the server, or stop before " + at));
  }

  static Refusal truncated(Position at, long size) {
    return new Refusal(
        Finding.of("changes.truncated", "a file of the binary log ends within an event")
            .withExpected("the event at " + at + ", whole")
            .withFound(at.file() + " has " + size + " bytes")
            .withFix("copy " + at.file() + " again from the server, or stop before " + at));
  }

  static Refusal foreign(Position at, String found) {
    return new Refusal(
        Finding.of("changes.foreign", at.file() + " cannot be read as this server's binary log")
            .withExpected(
                "a binary log of the server that was backed up, with CRC32, not encrypted")
            .withFound(found + ", at " + at)
            .withFix("give the directory of the files that this server wrote, as they are"));
  }

  static Refusal gap(String expected, String found) {
    return new Refusal(
        Finding.of("changes.gap", "the files of the binary log have a gap")
            .withExpected(expected)
            .withFound(found)
            .withFix("copy what is missing from the server or its archive into that directory"));
  }

  /** An event that nobody here can replay as it was. */
  static Refusal event(Position at, String what, String found, String fix) {
    return new Refusal(
        Finding.of("changes.event", what + " at " + at + " cannot be replayed")
            .withExpected("rows of tables, or statements that make, alter or drop tables")
            .withFound(found)
            .withFix(fix));
  }

  static Refusal event(Position at, String what, String found) {
    return event(at, what, found, "stop before " + at + ", or restore a backup taken after it");
  }

  static Refusal stop(String expected, String found, String fix) {
    return new Refusal(
        Finding.of("changes.stop-unknown", "the stop is at no place between two transactions here")
            .withExpected(expected)
            .withFound(found)
            .withFix(fix));
  }
}
