/** What a configuration says on who may do what, compiled. Needs neither certificates nor upstreams nor a running gateway: the gateway and the commands that explain it share this. */
@NullMarked
package dev.pavise.proxy.rules;

import org.jspecify.annotations.NullMarked;
