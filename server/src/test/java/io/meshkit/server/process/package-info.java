/**
 * Real server processes for tests: a quorum on loopback with its own certificates, disks and ports.
 */
package io.meshkit.server.process;
