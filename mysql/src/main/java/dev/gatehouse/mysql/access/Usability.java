package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.Obstacle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What makes a granted privilege of no use: who a view or routine runs as lacks what it needs. */
record Usability(Snapshot snapshot, RoleGraph graph, DirectRights direct) {

  List<Obstacle> of(Account account, Right right, Item item) {
    boolean used = right == (item.kind() == Kind.ROUTINE ? Right.EXECUTE : Right.SELECT);
    if (item.program().isEmpty() || !used) {
      return List.of();
    }
    Program program = item.program().get();
    Optional<Account> as = program.definers() ? snapshot.definer(program) : Optional.of(account);
    if (as.isEmpty()) {
      return List.of(
          new Obstacle(
              item.words()
                  + " runs as "
                  + program.user()
                  + "@"
                  + program.host()
                  + ", and there is no such account",
              ""));
    }
    RoleState state = program.definers() ? graph.definer(as.get()) : graph.login(account);
    if (item.kind() == Kind.TABLE) {
      return behind(item, program, state);
    }
    return (direct.extent(state).of(item) & Right.EXECUTE.bit()) != 0
        ? List.of()
        : List.of(lacking(state, item, " runs", Right.EXECUTE, item));
  }

  private Obstacle lacking(RoleState as, Item used, String how, Right needed, Item item) {
    return new Obstacle(
        "%s, as whom %s%s, has no %s on %s"
            .formatted(as.account().name(), used.words(), how, needed.words(), item.shown()),
        direct.grant(needed, item, as.account()));
  }

  private List<Obstacle> behind(Item view, Program program, RoleState as) {
    List<Obstacle> missing = new ArrayList<>();
    for (Item item : snapshot.items()) {
      Right needed = item.kind() == Kind.ROUTINE ? Right.EXECUTE : Right.SELECT;
      if (item.kind() != Kind.DATABASE
          && program.qualified().contains(Program.Name.of(item.database(), item.name()))
          && (direct.extent(as).of(item) & needed.bit()) == 0) {
        missing.add(lacking(as, view, " reads", needed, item));
      }
    }
    return missing;
  }
}
