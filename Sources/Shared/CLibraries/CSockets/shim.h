// What the C library hides behind _GNU_SOURCE or in kernel headers, under names of our own.
#ifndef SIPD_CSOCKETS_SHIM_H
#define SIPD_CSOCKETS_SHIM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

// struct mmsghdr of sendmmsg(2).
struct datagram_header {
    struct msghdr message;
    unsigned int sent_length;
};

int send_datagrams(int socket, struct datagram_header *headers, unsigned int count, int flags) __asm__("sendmmsg");

// The control message with which sendmsg(2) cuts one buffer into datagrams of a size (UDP_SEGMENT of linux/udp.h).
struct segment_control {
    size_t length;
    int level;
    int type;
    uint16_t size;
};

enum { segment_level = 17, segment_type = 103, segment_control_length = sizeof(size_t) + 2 * sizeof(int) + 2 };

// One instruction and the program of a classic socket filter (linux/filter.h).
struct filter_instruction {
    uint16_t code;
    uint8_t jump_true;
    uint8_t jump_false;
    uint32_t operand;
};

struct filter_program {
    uint16_t count;
    struct filter_instruction *instructions;
};

#endif
