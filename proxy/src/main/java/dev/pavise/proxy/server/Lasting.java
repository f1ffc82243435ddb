package dev.pavise.proxy.server;

import dev.pavise.policy.identity.OperatorToken;
import dev.pavise.policy.limit.Limits;
import dev.pavise.proxy.issuer.Issuers;
import dev.pavise.proxy.kubernetes.OwnPod;
import dev.pavise.proxy.metrics.GatewayMetrics;
import dev.pavise.proxy.tool.Tools;
import java.time.InstantSource;

/**
 * What outlives the configurations of one gateway: the counts of its limits, the operator's token, keys and roles given at run time, the keys
 * fetched from issuers, what is kept of tools, the figures, and the pod it runs in.
 */
record Lasting(
        Limits limits,
        OperatorToken operator,
        GivenAccess given,
        Issuers issuers,
        Tools tools,
        GatewayMetrics metrics,
        OwnPod pod,
        InstantSource clock)
        implements AutoCloseable {
    Assembler assembler() {
        return new Assembler(limits, operator, clock, given::state, issuers::of, tools, metrics);
    }

    /** For a start that failed; a gateway that runs closes the parts in its own order. */
    @Override
    public void close() {
        issuers.close();
        tools.close();
        given.close();
    }
}
