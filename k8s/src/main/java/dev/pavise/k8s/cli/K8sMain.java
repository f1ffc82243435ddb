package dev.pavise.k8s.cli;

/** Where the {@code pavise} launcher enters for {@code manager}, {@code injector} and {@code k8s}; that word is the first argument. */
public final class K8sMain {
    private K8sMain() {}

    public static void main(String[] arguments) {
        System.err.println(
                "pavise: " + (arguments.length == 0 ? "name a command" : arguments[0] + " is not built yet"));
        System.exit(2);
    }
}
