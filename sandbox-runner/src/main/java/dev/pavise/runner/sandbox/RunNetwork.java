package dev.pavise.runner.sandbox;

import dev.pavise.runner.run.Connection;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** What one run has of the network, and what is around its sandbox for that. */
interface RunNetwork {
    /** What the tool's filter allows. */
    Sockets sockets();

    /** The one port of loopback that can be listened on and connected to, if there is one. */
    OptionalInt port();

    /** Processes of ours beside those of the sandbox. */
    int processes();

    /** What the shell has to open for it, from descriptor 7 on. */
    List<Path> opened();

    /** Files of the host that the tool sees for it. */
    List<Path> files();

    /** Variables of the tool, whatever the caller says. */
    Map<String, String> variables();

    /** The command that starts the tool in its sandbox, and before that what is around it. */
    List<String> command(Programs programs, List<String> args);

    /** Ends it with all that is open, and says what it was used for. Does nothing the second time. */
    List<Connection> end();
}
