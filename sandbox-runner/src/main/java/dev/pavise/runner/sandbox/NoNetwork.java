package dev.pavise.runner.sandbox;

import dev.pavise.runner.run.Connection;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The network of a run whose manifest names no host: a namespace of the sandbox's own with nothing in it, and no socket to use it by. */
final class NoNetwork implements RunNetwork {
    static final RunNetwork NONE = new NoNetwork();

    private NoNetwork() {}

    @Override
    public Sockets sockets() {
        return Sockets.NONE;
    }

    @Override
    public OptionalInt port() {
        return OptionalInt.empty();
    }

    @Override
    public int processes() {
        return 0;
    }

    @Override
    public List<Path> opened() {
        return List.of();
    }

    @Override
    public List<Path> files() {
        return List.of();
    }

    @Override
    public Map<String, String> variables() {
        return Map.of();
    }

    @Override
    public List<String> command(Programs programs, List<String> args) {
        return Launch.sandbox(programs, args);
    }

    @Override
    public List<Connection> end() {
        return List.of();
    }
}
