interface Topic {
  readonly things: readonly string[];
  readonly tags: readonly string[];
}

const topic = (things: string, tags: string): Topic => ({ things: things.split('; '), tags: tags.split('; ') });

/** Subjects of each category's posts, in the order of the categories. All are invented. */
export const TOPICS: readonly Topic[] = [
  topic(
    'Gouache Landscape; Charcoal Portrait Study; Loose Watercolour Florals; Ink Wash Cityscape; Palette Knife Seascape; Folded Paper Sculpture; Lino Print Botanicals; Soft Pastel Skies; Abstract Colour Fields; Sketchbook Page; Moonlit Oil Painting; Collage from Old Maps',
    'Watercolour Ideas; Sketchbook Pages; Painting for Beginners; Ink Drawing; Colour Theory; Abstract Canvas; Art Journal; Pastel Study; Art Prompts; Line Drawing; Printmaking; Figure Drawing; Gouache; Wall Art; Canvas Painting Easy',
  ),
  topic(
    'Dewy Summer Skin Routine; Almond Nails with Gold Leaf; Soft Copper Balayage; Five Minute Office Make-up; Braided Low Bun; Rosewater Face Mist; Glossy Lip Combo; Night Cream Layering Guide; Curly Fringe Tutorial; Lavender Bath Soak; Warm Bronze Eye Look; Overnight Hair Oil',
    'Nail Inspiration; Skin Care Routine; Hair Colour Ideas; Make-up Looks; Glass Skin; Curly Hair Styles; Beauty Hacks; Lip Combos; Self Care Sunday; Bridal Make-up; Short Nails; Eye Looks; Hair Growth; Natural Beauty; Perfume Layering',
  ),
  topic(
    'Cinnamon Stick Ornaments; Paper Star Garland; Cosy Hallway Tree; Gingerbread Village; Dried Orange Wreath; Candlelit Table Setting; Advent Calendar from Matchboxes; Snow Globe in a Jar; Felt Stocking Pattern; Porch with Lanterns; Rustic Mantel; Peppermint Hot Chocolate Bar',
    'Christmas Decor; Xmas Crafts; Holiday Baking; Advent; Christmas Table; Winter Wreaths; Tree Ideas; Stocking Fillers; Festive Porch; Gift Wrapping; Christmas Aesthetic; Snowy Evening; Ornaments To Make; Noel; Holiday Cookies',
  ),
  topic(
    'Macrame Plant Hanger; Painted Pebble Markers; Upcycled Denim Basket; Clay Trinket Dish; Cardboard Castle; Pressed Flower Lantern; Rope Coaster Set; Tin Can Herb Garden; No Sew Cushion Cover; Wool Pom Pom Rug; Button Tree Canvas; Pallet Shoe Rack',
    'Easy Crafts; Paper Crafts; Upcycling; Crafts for Kids; Macrame Patterns; Clay Projects; Sewing Basics; Craft Room; Diy Gifts; Recycled Crafts; Yarn Ideas; Jar Crafts; Scrap Fabric; Woodwork Easy; Craft Tutorial',
  ),
  topic(
    'Phonics Sorting Game; Fraction Wall Display; Solar System Lesson Plan; Reading Corner Layout; Times Table Bracelet; Weather Chart Printable; Sentence Builder Cards; Volcano Experiment; Calm Down Corner; World Map Worksheet; Spelling Bingo; Study Timetable for Exams',
    'Classroom Ideas; Lesson Plans; Worksheets; Reading Activities; Science Experiments; Study Tips; Maths Games; Home Learning; Phonics; Teacher Resources; Exam Revision; Early Years; Writing Prompts; Grammar; Learning Through Play',
  ),
  topic(
    'Garden Party Seating Plan; Balloon Arch on a Budget; Baby Shower Brunch; Lemonade Stand Station; Golden Birthday Backdrop; Picnic Wedding Checklist; Taco Bar for Fifty; Retirement Tea Party; Rustic Name Cards; Glow Party Games; Welcome Sign Wording; Dessert Table in Blush',
    'Party Planning; Event Decor; Wedding Checklist; Balloon Ideas; Birthday Theme; Bridal Shower; Party Food; Table Centrepieces; Backdrop Ideas; Invitations; Party Games; Outdoor Wedding; Baby Shower; Party Favours; Event Timeline',
  ),
  topic(
    'Envelope Budget Method; Weekly Savings Challenge; Debt Snowball Tracker; First Index Fund Guide; No Spend Weekend; Side Hustle Checklist; Grocery Bill Cut in Half; Emergency Fund Ladder; Pension Basics; Freelance Tax Folder; Bill Calendar Printable; Sinking Funds Explained',
    'Budgeting Tips; Money Saving; Debt Free; Side Income; Investing Basics; Savings Challenge; Frugal Living; Money Mindset; Budget Planner; Passive Income; Finance Goals; Extra Cash; Retirement; Personal Finance; Financial Freedom',
  ),
  topic(
    'Sage Green Bedroom; Narrow Hallway Makeover; Open Shelf Kitchen; Linen Sofa Corner; Arched Mirror Entry; Rattan Pendant Lamp; Attic Reading Nook; Terracotta Bathroom; Gallery Wall Grid; Boho Balcony; Farmhouse Dining Room; Tiny Studio Layout',
    'Living Room Decor; Bedroom Ideas; Home Styling; Small Spaces; Kitchen Shelves; Farmhouse Style; Boho Home; Interior Colours; Bathroom Makeover; Entryway; Cosy Home; Rental Friendly; Modern Interior; Wall Decor; Scandinavian Home',
  ),
  topic(
    'Navy Overshirt Outfit; Suede Boots with Denim; Linen Summer Suit; Layered Knitwear; Smart Casual Capsule; Tapered Chinos Guide; White Trainer Edit; Wedding Guest Look; Field Jacket Season; Monochrome Street Style; Silver Watch Pairing; Rainy Day Coat',
    'Mens Outfits; Street Style Men; Smart Casual; Mens Shoes; Summer Outfits Men; Suit Ideas; Capsule Wardrobe; Denim Looks; Mens Hair; Winter Coats; Watches; Minimal Style; Old Money Style; Casual Men; Office Wear',
  ),
  topic(
    'Morning Words for Slow Days; Lines About Letting Go; Thoughts on Starting Over; Small Courage; Notes to a Younger Self; Friendship in One Line; Words for Hard Weeks; Quiet Strength; Sayings on the Sea; Gratitude List; One Sentence Wisdom; Letters Never Sent',
    'Quotes To Live By; Positive Words; Self Love Quotes; Motivation; Life Lessons; Healing Words; Friendship Quotes; Short Quotes; Mindset; Affirmations; Deep Thoughts; Wise Words; Love Quotes; Sunday Quotes; Inspirational',
  ),
  topic(
    'Fine Line Fern Forearm; Moth and Moon Back Piece; Tiny Wave Ankle; Dotwork Mandala Shoulder; Script Collarbone; Blackwork Raven; Matching Sibling Symbols; Rose and Dagger Thigh; Minimal Mountain Wrist; Koi Half Sleeve; Botanical Spine; Lettering Flash Sheet',
    'Tattoo Ideas; Fine Line Tattoos; Small Tattoos; Sleeve Designs; Tattoo Sketches; Blackwork; Floral Tattoos; Matching Tattoos; Tattoo Placement; Dotwork; Flash Sheets; Back Tattoos; Meaningful Ink; Minimal Tattoo; Spine Tattoos',
  ),
  topic(
    'Three Days in a Harbour Town; Night Train Packing List; Alpine Hut Route; Island Hopping on a Budget; Desert Stargazing Camp; Old Town Walking Map; Waterfall Road Trip; Carry On Only Guide; Slow Week in the Vineyards; Winter Cabin Escape; Street Food Trail; Coastal Path by Bike',
    'Travel Tips; Bucket List; Packing List; Road Trip; Solo Travel; Hidden Gems; Budget Travel; Weekend Getaway; Travel Photography; Hiking Trails; Beach Escape; City Guide; Backpacking; Travel Itinerary; Mountain Views',
  ),
  topic(
    'Restored Camper Interior; Matte Black Coupe; Vintage Scooter in Mint; Overland Truck Build; Garage Organisation; Electric Roadster Concept; Sidecar Motorcycle; Classic Estate Car; Van Kitchen Drawer; Chrome Grille Detail; Track Day Setup; Pedal Car for Kids',
    'Classic Cars; Van Life; Motorcycles; Car Interior; Overland Build; Dream Cars; Electric Vehicles; Car Care; Garage Ideas; Muscle Cars; Vintage Trucks; Camper Conversion; Car Photography; Bikes; Off Road',
  ),
];
