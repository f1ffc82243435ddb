package dev.pavise.runner.sandbox;

import java.nio.file.Path;
import java.util.List;

/** Asks whether the host can hold a sandbox for whoever started it, and says what is missing. */
final class ProbeMain {
    private ProbeMain() {}

    public static void main(String[] args) {
        switch (HostProbe.open(Settings.in(Path.of(args[0])))) {
            case HostProbe.Probed.Fit(NativeBackend backend) -> {
                System.out.println("fit: " + backend.describe());
                backend.close();
            }
            case HostProbe.Probed.Unfit(List<String> missing) -> System.out.println("unfit: " + missing);
        }
        System.exit(0);
    }
}
