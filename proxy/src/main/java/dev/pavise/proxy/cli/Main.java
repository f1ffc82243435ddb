package dev.pavise.proxy.cli;

import java.util.List;
import java.util.Optional;

/** Where the {@code pavise} launcher enters. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        // The gateway's plain forms go past the command tree, and with that past picocli, which no start has to load
        // for them.
        Optional<ConfigChoice> gateway = GatewayArguments.plain(List.of(arguments));
        System.exit(gateway.isPresent() ? GatewayRun.of(gateway.get()) : CommandTree.run(arguments));
    }
}
