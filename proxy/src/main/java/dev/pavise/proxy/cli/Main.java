package dev.pavise.proxy.cli;

/** Where the {@code pavise} launcher enters. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(CommandTree.run(arguments));
    }
}
