package dev.pavise.k8s.cli;

import dev.pavise.proxy.cli.Main;
import java.util.List;

/**
 * Where the image enters: does for one class path what the {@code pavise} launcher does for several, so that no shell has to be in the image.
 * {@code manager}, {@code injector} and {@code k8s inject} are this module's, everything else is the gateway's.
 *
 * <p>Keeps Netty's buffers to half of what the heap may take. Both follow the container's limit that way, and a flood of bytes ends in refused
 * connections instead of a process that the kernel kills.
 */
public final class ImageMain {
    private static final String BUFFERS = "io.netty.maxDirectMemory";

    private ImageMain() {}

    public static void main(String[] arguments) {
        if (isOfThisModule(List.of(arguments))) {
            K8sMain.main(arguments);
            return;
        }
        // Read by Netty when its first class loads, which has not happened yet; an operator's own figure wins.
        if (System.getProperty(BUFFERS) == null) {
            System.setProperty(BUFFERS, Long.toString(Runtime.getRuntime().maxMemory() / 2));
        }
        Main.main(arguments);
    }

    static boolean isOfThisModule(List<String> arguments) {
        return switch (arguments.isEmpty() ? "" : arguments.getFirst()) {
            case "manager", "injector" -> true;
            case "k8s" -> arguments.size() > 1 && "inject".equals(arguments.get(1));
            default -> false;
        };
    }
}
