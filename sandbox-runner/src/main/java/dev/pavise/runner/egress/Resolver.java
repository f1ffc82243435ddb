package dev.pavise.runner.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** Finds the addresses of a name. */
@FunctionalInterface
public interface Resolver {
    /** All of them, in the order in which they should be tried. */
    List<InetAddress> resolve(String name, Duration within)
            throws UnknownHostException, TimeoutException, InterruptedException;
}
