export { createTicket, type TicketOptions } from './lib/ticket/create-ticket.ts'
