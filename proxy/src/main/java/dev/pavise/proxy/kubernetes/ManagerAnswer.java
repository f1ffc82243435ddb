package dev.pavise.proxy.kubernetes;

import tools.jackson.databind.node.ObjectNode;

/** What came of asking the manager. */
public sealed interface ManagerAnswer {
    /** It answered with an object of JSON, whatever it says. */
    record Told(int status, ObjectNode json) implements ManagerAnswer {}

    /** Nothing was sent to it. */
    record NotAsked(String why) implements ManagerAnswer {}

    /** It was asked and gave no answer that can be read: whether it did what was asked is not known. */
    record Broken(String why) implements ManagerAnswer {}

    /** It was asked and did not answer in time: whether it did what was asked is not known. */
    record Late(String why) implements ManagerAnswer {}
}
