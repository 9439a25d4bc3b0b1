package dev.gatehouse.dsl.access;

import dev.gatehouse.core.dialect.GrantMethod;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.CheckContext;

/** A change of grants, and what it is where each statement commits. */
interface GrantChange extends Change {

  /** The statements with what takes each back; the same in a run that is resumed. */
  GrantSequence sequence(CheckContext reading, GrantMethod.InSequence method) throws Exception;
}
