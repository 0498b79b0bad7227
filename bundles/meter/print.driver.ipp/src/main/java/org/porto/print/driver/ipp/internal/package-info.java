// SPDX-License-Identifier: Apache-2.0
/** IPP Everywhere printers, over HP's JIPP library, which lies inside the bundle with its run time. */
package org.porto.print.driver.ipp.internal;
