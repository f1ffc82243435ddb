package dev.pavise.proxy.access;

import dev.pavise.policy.grant.Rulebook;

/** What the configuration in force says about changes at run time. */
record Terms(AccessSettings settings, Rulebook rulebook) {}
