/** Who the SSH door lets in; what it does then is held by e2e's SshTest, with OpenSSH's clients. */
@NullMarked
package dev.berth.gateway.ssh;

import org.jspecify.annotations.NullMarked;
